import type { Mention, Notification } from '../../src/protocol/alerts.ts'

const at = '2026-11-27T20:15:03.000Z'

/** Something that was said and found. Made up; by default it tries to be markup. */
export function mention(more: Partial<Mention> = {}): Mention {
  return {
    ...{ id: 'm1', alert: 'storm', channel: 'wxyz', channelName: 'WXYZ <News>', network: 'XYZ' },
    ...{ timeZone: 'America/New_York', track: 'CC1', language: 'en', start: at },
    end: '2026-11-27T20:15:05.000Z',
    text: '>> THE STORM\r\nIS <b>MOVING</b> & FAST.',
    highlights: [[7, 12]],
    before: 'GOOD EVENING.\r\n<script>alert(1)</script>',
    after: 'MORE AT TEN.',
    airing: { id: 'a1', title: 'The "Evening" Hour' },
    permalink: '/c/wxyz/2026-11-27T20:15:03.000Z?q=storm',
    ...{ alsoOn: [], repeats: 0 },
    trail: {
      ...{ aired: '2026-11-27T20:15:05.000Z', received: '2026-11-27T20:15:05.400Z' },
      matched: '2026-11-27T20:15:05.600Z',
    },
    ...more,
  }
}

export function notification(id: string, more: Partial<Notification> = {}): Notification {
  return {
    ...{ id, kind: 'mentions', owner: 'ada', destinations: [] },
    alert: { id: 'storm', name: 'Storm watch', query: 'storm', restated: 'the word storm' },
    ...{ mentions: [mention()], more: 0, period: null, because: 'rate', volume: null },
    createdAt: at,
    ...more,
  }
}
