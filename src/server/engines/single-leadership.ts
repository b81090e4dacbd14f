import type { Leadership, LeadName, LeadWork } from '../ports/leadership.ts'

/** Of the only node there is: it leads from the first moment, and for ever. */
export class SingleLeadership implements Leadership {
  async hold(_name: LeadName, work: LeadWork, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await work(signal, 1)
  }
}
