// What of the library goes into the verifier page.
export { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
export { sha256 } from "@noble/hashes/sha2.js";
