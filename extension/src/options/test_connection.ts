/** Tries the server and the token, and says in one sentence what came of it. */
import { socketAddress, type Settings } from "../host.ts";
import type { ClientMessage, ServerMessage } from "../wire.ts";

export interface TestResult {
  good: boolean;
  text: string;
}

const ANSWER_WITHIN_MS = 5_000;

export function testConnection({ server, token }: Settings): Promise<TestResult> {
  return new Promise((resolve) => {
    const socket = new WebSocket(socketAddress(server));
    const finish = (good: boolean, text: string): void => {
      clearTimeout(timer);
      socket.onclose = null;
      socket.close();
      resolve({ good, text });
    };
    const timer = setTimeout(() => finish(false, `${server} did not answer within 5 seconds.`), ANSWER_WITHIN_MS);
    const hello: ClientMessage = { type: "hello", oldest_protocol: 1, newest_protocol: 1, token, client: "settings" };
    socket.onopen = () => socket.send(JSON.stringify(hello));
    socket.onclose = () => finish(false, `No Sotto server answers at ${server}. Check the address with your admin.`);
    socket.onmessage = (event) => {
      const message = JSON.parse(String(event.data)) as ServerMessage;
      if (message.type === "welcome") {
        const { name, team, roles } = message.person;
        finish(true, `Connected as ${name} (${roles.join(", ")}), team ${team}.`);
      } else if (message.type === "problem_reported") finish(false, message.message);
    };
  });
}
