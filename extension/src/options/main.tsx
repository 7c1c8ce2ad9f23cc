/** The settings page: signing in, and the helpdesks Sotto may read. */
import { render } from "preact";
import { readManaged } from "../settings.ts";
import { Hosts } from "./hosts.tsx";
import { Server } from "./server.tsx";

const root = document.getElementById("options");
if (root) {
  void readManaged().then((managed) =>
    render(
      <main class="options">
        <h1>Sotto settings</h1>
        <Server managed={managed} />
        <Hosts named={managed.hosts ?? []} />
      </main>,
      root,
    ),
  );
}
