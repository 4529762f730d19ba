/** What the server is doing, and how the status item says so. */
import { shown, type Found } from "./server";

export type State =
  | { readonly kind: "off" }
  | { readonly kind: "looking" }
  | { readonly kind: "starting"; readonly server: Found }
  | { readonly kind: "running"; readonly server: Found }
  | { readonly kind: "failed"; readonly message: string };

export interface Face {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
  readonly wrong: boolean;
}

export function face(state: State): Face {
  switch (state.kind) {
    case "off":
      return { text: "initls is off", detail: "setting initls.enable", busy: false, wrong: false };
    case "looking":
      return { text: "initls", detail: "looking for the server", busy: true, wrong: false };
    case "starting":
      return { text: "initls", detail: `starting ${shown(state.server.candidate)}`, busy: true, wrong: false };
    case "running":
      return {
        text: `initls ${state.server.version}`,
        detail: `${shown(state.server.candidate)} (${state.server.candidate.origin})`,
        busy: false,
        wrong: false,
      };
    case "failed":
      return { text: "initls is not running", detail: state.message, busy: false, wrong: true };
  }
}
