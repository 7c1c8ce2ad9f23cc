import { webHost } from "../host_web.ts";
import { startPanel } from "./panel.tsx";

startPanel(webHost());
