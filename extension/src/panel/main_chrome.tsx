import { chromeHost } from "../host_chrome.ts";
import { startPanel } from "./panel.tsx";

void chromeHost().then(startPanel);
