import { expect, test } from 'vitest'
import { EventParser } from '../../widget/panel/events.ts'

const stream = [
  'retry: 1000\nid: a\nevent: ready\ndata: {}\n\n',
  ': still here\n\n',
  'id: b\nevent: message\ndata: {"text":"first\\nsecond æøå 🫐"}\n\n',
  'data: one\ndata:two\ndata: data: three\n\n',
].join('')

const events = [
  { id: 'a', name: 'ready', data: '{}' },
  { id: 'b', name: 'message', data: '{"text":"first\\nsecond æøå 🫐"}' },
  { id: 'b', name: 'message', data: 'one\ntwo\ndata: three' },
]

test('a stream is read the same however it is cut', () => {
  for (let size = 1; size <= stream.length; size++) {
    const parser = new EventParser()
    const read = []
    for (let at = 0; at < stream.length; at += size) read.push(...parser.push(stream.slice(at, at + size)))
    expect(read).toEqual(events)
  }
})

test.each(['\r\n', '\r'])('lines may end in %j', (end) => {
  const parser = new EventParser()
  // What follows tells whether the last "\r" was half of a line's end.
  const read = [...stream.replaceAll('\n', end), ...`: more${end}`].flatMap((letter) => parser.push(letter))

  expect(read).toEqual(events)
})
