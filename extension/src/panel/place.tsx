/** Where the panel runs: the browser's keys, the server's address, the pages it may read. The agent may change them. */
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Host, Shortcut } from "../host.ts";

export interface Place {
  shortcuts: Shortcut[];
  server: string | null;
  helpdesks: string[];
}

const Here = createContext<Place>({ shortcuts: [], server: null, helpdesks: [] });

export const usePlace = (): Place => useContext(Here);
export const InPlace = Here.Provider;

type Placed = Pick<Host, "shortcuts" | "settings" | "helpdesks">;

async function read(host: Placed): Promise<Place> {
  const [shortcuts, settings, helpdesks] = await Promise.all([
    host.shortcuts(),
    host.settings().catch(() => null),
    host.helpdesks(),
  ]);
  return { shortcuts, server: settings?.server ?? null, helpdesks };
}

/** Lets everything below know the place as it is now: looked at on starting, and again when the agent comes back. */
export function WithPlace({ host, children }: { host: Placed; children: ComponentChildren }) {
  const [place, setPlace] = useState<Place>({ shortcuts: [], server: null, helpdesks: [] });
  useEffect(() => {
    const look = (): void => void read(host).then(setPlace);
    look();
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [host]);
  return <InPlace value={place}>{children}</InPlace>;
}
