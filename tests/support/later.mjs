// Preloaded into a server that a test starts (`--import`): its clock runs ahead by TORV_LATER_MS.
const later = Number(process.env.TORV_LATER_MS)
const Now = Date

globalThis.Date = class extends Now {
  constructor(...told) {
    super(...(told.length ? told : [Now.now() + later]))
  }

  static now() {
    return Now.now() + later
  }
}
