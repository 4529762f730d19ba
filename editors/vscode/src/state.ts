/** What the server is doing, and how the status item says so. */
import { shown, type Found } from "./server";

export type State =
  | { readonly kind: "off" }
  | { readonly kind: "looking" }
  | { readonly kind: "installing"; readonly step: string }
  | { readonly kind: "starting"; readonly server: Found }
  /** `again`: it had gone, and came back by itself. */
  | { readonly kind: "running"; readonly server: Found; readonly busy: boolean; readonly again: boolean }
  | { readonly kind: "failed"; readonly message: string };

export interface Face {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
  readonly weight: "error" | "warning" | "information";
}

function plain(text: string, detail: string, busy = false): Face {
  return { text, detail, busy, weight: "information" };
}

export function face(state: State): Face {
  switch (state.kind) {
    case "off":
      return plain("initls is off", "setting initls.enable");
    case "looking":
      return plain("initls", "looking for the server", true);
    case "installing":
      return plain("initls", `installing: ${state.step}`, true);
    case "starting":
      return plain("initls", `starting ${shown(state.server.candidate)}`, true);
    case "running": {
      const { server, busy, again } = state;
      const doing = again ? "ready again after it had stopped" : busy ? "analysing" : "ready";
      return {
        text: `initls ${server.version}`,
        detail: `${doing}: ${shown(server.candidate)} (${server.candidate.origin})`,
        busy,
        weight: again ? "warning" : "information",
      };
    }
    case "failed":
      return { text: "initls is not running", detail: state.message, busy: false, weight: "error" };
  }
}
