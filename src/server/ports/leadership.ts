/** What one node does at a time, for all of them. */
export type LeadName = 'alerts' | 'delivery' | 'retention'

/**
 * What is done while leading; `signal` aborts when that is over, and it ends soon then. `term` is greater than that of
 * everybody who led before.
 */
export type LeadWork = (signal: AbortSignal, term: number) => Promise<void>

/**
 * Which of several nodes does what only one may do at a time: hear for the alerts and tell, send what is delivered, remove what
 * is past its retention.
 *
 * To lead is a lease. Who dies, is paused or is cut off cannot renew it, and another begins within seconds, with a greater
 * term. Who was paused goes on for a moment before it knows. What it could spoil then is refused by its term (`fenced`,
 * CcrError): every call of an `AlertLedger`, `due` and `settle` of a `DeliveryOutput`. The rest is harmless whoever does
 * it, and how often: handing over for delivery (once by the notification's id), counting a day's letters (at most one too
 * many), sweeping, and what retention appends (the log takes each of its numbers once).
 */
export interface Leadership {
  /**
   * Does the work whenever this node leads, until `signal` aborts; resolves when it has ended then. Work that ends by itself, or
   * rejects, gives the lead up and is begun again, here or elsewhere.
   */
  hold(name: LeadName, work: LeadWork, signal: AbortSignal): Promise<void>
}
