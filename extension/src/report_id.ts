/** Ids of reports, also where the browser keeps `crypto.randomUUID` from us: in a helpdesk's pages on plain http. */

export function reportId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
