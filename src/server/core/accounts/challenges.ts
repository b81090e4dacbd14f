/** What a challenge was made for; an answer to one is none to another. */
export type ChallengePurpose = 'sign-in' | `add:${string}`

const lifeMs = 5 * 60_000
/** Anybody may ask for one: past this many the oldest go. */
const most = 10_000

/** Questions that passkeys must answer, each once: an answer that was overheard answers nothing. */
export class Challenges {
  readonly #now: () => number
  /** In order of making. */
  readonly #open = new Map<string, { readonly purpose: ChallengePurpose; readonly endMs: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  put(challenge: string, purpose: ChallengePurpose): void {
    this.#open.set(challenge, { purpose, endMs: this.#now() + lifeMs })
    for (const [old, { endMs }] of this.#open) {
      if (this.#open.size <= most && endMs > this.#now()) break
      this.#open.delete(old)
    }
  }

  /** Whether it was asked for this and not answered yet; it is answered now. */
  take(challenge: string, purpose: ChallengePurpose): boolean {
    const known = this.#open.get(challenge)
    if (known?.purpose !== purpose) return false
    this.#open.delete(challenge)
    return known.endMs > this.#now()
  }
}
