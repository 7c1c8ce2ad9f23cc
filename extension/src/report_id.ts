/** Ids of reports, also where the browser keeps `crypto.randomUUID` from us: in a helpdesk's pages on plain http. */

let made = 0;

/** A new id; in the order of their ids reports were made, so that after a loss the later of two choices comes last. */
export function reportId(): string {
  const bytes = [...crypto.getRandomValues(new Uint8Array(8))];
  made = (made + 1) % 0x10000;
  return [hex(Date.now(), 12), hex(made, 4), ...bytes.map((byte) => hex(byte, 2))].join("");
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, "0");
