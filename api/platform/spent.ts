/**
 * Passes pieces on and gives the memory of each back as soon as the next is asked for: whoever takes them must be done with one by
 * then. The collector would come round only after 64 MB of them.
 */
export async function* spending(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece
    giveBack(piece)
  }
}

/** Ends what these bytes are kept in, unless others may be in it as well: Node keeps small buffers together. */
function giveBack({ buffer, byteLength }: Uint8Array) {
  const isAlone = byteLength > 0 && buffer.byteLength === byteLength
  if (isAlone && buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
}
