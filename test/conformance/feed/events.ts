/** The events that the rules send: one recorded run of captions a second apart. */

export function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString()
}

export function run(seq: number, name = 'r1'): object {
  return {
    ...{ seq, type: 'run', run: name, startedAt: at(0), live: false, source: 'test' },
    ...{ extractor: 'test', decoder: 'test', tracks: [{ track: 'CC1', language: 'en' }] },
  }
}

export function cue(seq: number, id = seq, text = `LINE ${id}`): object {
  return {
    ...{ seq, type: 'cue', run: 'r1', track: 'CC1', id, start: at(id), end: at(id + 1) },
    ...{ mode: 'roll-up', text },
  }
}

export function draft(id: number, text: string): object {
  return {
    ...{ type: 'draft', run: 'r1', track: 'CC1', id, start: at(id), mode: 'roll-up', text },
  }
}

export function end(seq: number): object {
  return { seq, type: 'end', run: 'r1', at: at(900) }
}

export function lines(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `LINE ${from + i}`)
}
