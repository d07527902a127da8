import type { Services } from '../services.ts'
import type { Subscriber } from './subscriber.ts'

/** Another process does not tell us of its commits. */
const EVERY_MS = 1_000

/** Reads on for a subscriber after every commit, until it is stopped. */
export class KeptUp {
  readonly #services: Services
  readonly #subscriber: Subscriber
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(services: Services, subscriber: Subscriber) {
    this.#services = services
    this.#subscriber = subscriber
  }

  start() {
    this.#services.db.onCommit(() => this.#wake())
    this.#timer = setInterval(() => this.#wake(), EVERY_MS)
  }

  /** Waits for what is being read. */
  async stop() {
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#running
  }

  #wake() {
    if (this.#running || !this.#timer) return
    this.#running = this.#subscriber
      .catchUp()
      .then(() => {})
      .catch((error) => this.#services.log('reading-failed', { error }))
      .finally(() => {
        this.#running = undefined
      })
  }
}
