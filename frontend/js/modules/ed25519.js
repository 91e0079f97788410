// Ed25519 for browsers that do not know it themselves; fetched by those alone.

export { verifyAsync as verify } from "@noble/ed25519";
