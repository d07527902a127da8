import { expect, test } from 'vitest'
import { spending } from '../../api/platform/spent.ts'

async function* from(...pieces: Uint8Array[]) {
  yield* pieces
}

test('a piece is there until the next is asked for, and its memory is free then', async () => {
  const [first, second] = [new Uint8Array(1_000).fill(1), new Uint8Array(1_000).fill(2)]
  const pieces = spending(from(first, second))

  expect((await pieces.next()).value?.at(-1)).toBe(1)
  expect((await pieces.next()).value?.at(-1)).toBe(2)

  expect(first.byteLength).toBe(0)
  expect(second.byteLength).toBe(1_000)
})

test('memory that others may be in stays', async () => {
  const whole = new Uint8Array(2_000).fill(3)

  for await (const piece of spending(from(whole.subarray(0, 1_000), new Uint8Array(0)))) expect(piece.length % 1_000).toBe(0)

  expect(whole.at(0)).toBe(3)
})
