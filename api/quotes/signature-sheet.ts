/** The sheet a signature is drawn on, in units of its own. */
export const SIGNATURE_SHEET = { width: 600, height: 200 }
