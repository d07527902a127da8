import { afterEach, beforeEach, expect, test } from 'vitest'
import { addSite } from '../../api/sites/store.ts'
import { usePanelAssets } from '../../api/widget/assets.ts'
import type { FrameData } from '../../api/widget/frame.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

// What somebody owns, in the widget: where browsers send the portal's cookies into the frame, and only of who is signed in there.

const SERIAL = 'PU-000001'

let torv: Torv
let ada: Client
let grace: Client
let site: string
let reference: string

beforeEach(async () => {
  usePanelAssets({ script: '/panel.js', styles: [] })
  torv = await startTorv()
  ada = await torv.signedIn('ada@acme.example')
  grace = await torv.signedIn('grace@globex.example')
  site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example.com'], locale: 'en' })
  const registered = await ada.post('/api/account/products', { product: 'pump', serialNumber: SERIAL })
  reference = ((await registered.json()) as { reference: string }).reference
})
afterEach(async () => {
  usePanelAssets(undefined)
  await stopTorvs()
})

test('is offered by its name and number to its owner alone', async () => {
  const [offered, ...others] = await ownedIn(ada)

  expect(offered).toEqual({ reference, name: expect.stringContaining(SERIAL) })
  expect(others).toEqual([])
  for (const other of [grace, torv.visitor()]) expect(await ownedIn(other)).toEqual([])
})

test('tells staff what a question is about, and the case stays the visitor’s', async () => {
  await ask(ada, reference)

  expect(await asked()).toEqual({ product: 'pump', serial_number: SERIAL, contact_id: null })
})

test('is nothing that another can name (WI3), and no reason to refuse their question', async () => {
  for (const other of [grace, torv.visitor()]) {
    expect((await ask(other, reference)).status).toBe(201)

    expect(await asked()).toEqual({ product: null, serial_number: null, contact_id: null })
  }
})

async function ownedIn(client: Client): Promise<FrameData['owned']> {
  const document = await (await client.get(`/widget/frame?site=${site}`)).text()
  return (JSON.parse(/id="data">(.*)<\/script>/.exec(document)?.[1] ?? '{}') as FrameData).owned
}

async function ask(client: Client, owned: string): Promise<Response> {
  const { token } = (await (await client.post('/api/widget/visitors', { site })).json()) as { token: string }
  return client.post(
    '/api/widget/conversations',
    { text: 'It hums.', uploads: [], owned },
    { authorization: `Bearer ${token}`, 'torv-site': site },
  )
}

async function asked() {
  return torv.services.db.get('select product, serial_number, contact_id from tickets order by id desc limit 1')
}
