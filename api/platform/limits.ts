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
    if (!this.allows(key, max, windowMs)) {
      const left = (this.#windows.get(key)?.endsAt ?? 0) - this.#now()
      throw new Problem('too-many', { retryAfter: Math.ceil(left / 1000) })
    }
  }

  /** Counts one, and says whether it was within bounds. */
  allows(key: string, max: number, windowMs: number): boolean {
    const now = this.#now()
    if (this.#windows.size > 50_000) this.#forgetEnded(now)
    const window = this.#windows.get(key)
    if (window && window.endsAt > now) return ++window.count <= max
    this.#windows.set(key, { count: 1, endsAt: now + windowMs })
    return true
  }

  /** Forgets what was counted, after a success that proves good faith. */
  clear(key: string) {
    this.#windows.delete(key)
  }

  #forgetEnded(now: number) {
    for (const [key, window] of this.#windows) if (window.endsAt <= now) this.#windows.delete(key)
  }
}
