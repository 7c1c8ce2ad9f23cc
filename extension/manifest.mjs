// Chrome's manifest. The key fixes the extension's id (server/origin.py lets that id in).
const KEY =
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1AbJ4xwZK677O/Ml3lhH0ws++dMHRPpALX+c6NUHzqKj5WNOlrciJh268I2rfk6D6OmfjW7Kw65spFH58Mr+cg8eAGuIHh5lewB1WHiy30OeptKv2NyETWG84Lf9bOS5+f7iyTBbXJl2fo4a7T7Djbe5A47dc3d0CsK7Ah1UxdMYL8poe06dB1gT9Y/Xwd9B6iwS1SwTicnrdlfw0Pq2zksGBUcjJurc4CKRBrI2C5p299taHHAkwZ30x+0emKoFDrIce47vPSCE8y3Fm1DEqotggpP0/y4V+B8bqfwOzXRGZekxM6fe8w5ow0ggFssUBFd/sJdN8pbYdX141RfO1wIDAQAB";

const LOOPBACK = ["127.0.0.1", "localhost"].flatMap((host) => [`ws://${host}:*`, `http://${host}:*`]);

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  `connect-src 'self' wss: https: ${LOOPBACK.join(" ")}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

// Alt+Shift with a letter: Chatwoot has Alt, Zammad and Zendesk Ctrl+Alt or Ctrl+Shift, and Chrome itself A to C, N, P, R, T, W, X and Z.
const command = (letter, description) => ({
  suggested_key: { default: `Alt+Shift+${letter}`, mac: `MacCtrl+Shift+${letter}` },
  description,
});

const COMMANDS = {
  insert: command("V", "Insert the suggestion into the reply"),
  next: command("J", "Show the newer suggestion, else the one before"),
  ask: command("K", "Ask the knowledge a question"),
  dismiss: command("D", "Dismiss the suggestion"),
};

const ICONS = { 16: "icon16.png", 48: "icon48.png", 128: "icon128.png" };

const shared = (version, hosts) => ({
  manifest_version: 3,
  name: "Sotto",
  version,
  description: "The quiet co-pilot beside the helpdesk: grounded suggestions, snippets and escalation flags.",
  icons: ICONS,
  action: { default_title: "Open Sotto beside this page" },
  options_ui: { page: "options.html", open_in_tab: true },
  commands: COMMANDS,
  host_permissions: hosts,
  optional_host_permissions: ["https://*/*", "http://*/*"],
  content_security_policy: { extension_pages: CSP },
});

/** `hosts`: match patterns granted from the start (a managed deployment, or the automated tests). */
export const chromeManifest = (version, hosts) => ({
  ...shared(version, hosts),
  key: KEY,
  minimum_chrome_version: "120",
  background: { service_worker: "background.js" },
  side_panel: { default_path: "panel.html" },
  storage: { managed_schema: "managed.json" },
  permissions: ["sidePanel", "storage", "scripting", "identity"],
});

export const firefoxManifest = (version, hosts) => ({
  ...shared(version, hosts),
  background: { scripts: ["background.js"] },
  sidebar_action: { default_panel: "panel.html", default_title: "Sotto", default_icon: ICONS, open_at_install: false },
  permissions: ["storage", "scripting", "identity"],
  browser_specific_settings: {
    gecko: {
      // server/origin.py sends the end of a sign-in to this id.
      id: "panel@sotto.example",
      strict_min_version: "140.0",
      data_collection_permissions: {
        required: ["personalCommunications", "personallyIdentifyingInfo", "websiteContent"],
      },
    },
    gecko_android: { strict_min_version: "142.0" },
  },
});
