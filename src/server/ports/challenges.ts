/** What a challenge was made for; an answer to one is none to another. */
export type ChallengePurpose = 'sign-in' | `add:${string}`

/** How long a question may be answered. */
export const challengeLifeMs = 5 * 60_000

/** Questions that passkeys must answer, each once and whichever node asked: an answer that was overheard answers nothing. */
export interface Challenges {
  put(challenge: string, purpose: ChallengePurpose): Promise<void>
  /** Whether it was asked for this, is not too old and not answered yet; it is answered now. */
  take(challenge: string, purpose: ChallengePurpose): Promise<boolean>
}
