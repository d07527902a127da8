import { Problem } from './problems.ts'

type Window = { count: number; endsAt: number }

/** Counts per key in fixed windows, in this process. */
export class Limits {
  readonly #windows = new Map<string, Window>()
  readonly #now: () => number

  /** `now` must not jump with the wall clock. */
  constructor(now = () => performance.now()) {
    this.#now = now
  }

  /** Counts one, and refuses with 429 when `key` has had more than `max` in `windowMs`. */
  take(key: string, max: number, windowMs: number) {
    const now = this.#now()
    if (this.#windows.size > 50_000) this.#forgetEnded(now)
    const window = this.#windows.get(key)
    if (!window || window.endsAt <= now) {
      this.#windows.set(key, { count: 1, endsAt: now + windowMs })
    } else if (++window.count > max) {
      throw new Problem('too-many', { retryAfter: Math.ceil((window.endsAt - now) / 1000) })
    }
  }

  /** Forgets what was counted, after a success that proves good faith. */
  clear(key: string) {
    this.#windows.delete(key)
  }

  #forgetEnded(now: number) {
    for (const [key, window] of this.#windows) if (window.endsAt <= now) this.#windows.delete(key)
  }
}
