import type { Words } from './words.ts'

export const en: Words = {
  locale: 'en',
  unknownProgramme: 'no programme named',
  mentionsOn: (name, channel) => `${name}: ${channel}`,
  digestSubject: (name, count) => `${name}: ${count} ${count === 1 ? 'mention' : 'mentions'}`,
  volumeSubject: (name, count, usual) =>
    `${name}: said more than usual, ${count} times in an hour (usually ${usual})`,
  testSubject: 'A test from ccr',
  test: 'This is the test that was asked for. Notifications reach this place.',
  count: (count) => `${count} ${count === 1 ? 'mention' : 'mentions'}`,
  period: (from, to) => `${from} to ${to}`,
  more: (count) => `and ${count} more`,
  seeSearch: 'See what was said',
  open: 'Read on at this second',
  alsoOn: (count) =>
    count === 1 ? 'The same words, also on' : `The same words, ${count} times more, on`,
  volume: (count, usual, sigma, weeks) =>
    `${count} mentions in the last hour. In the ${weeks} weeks before it was usually ${usual} at this hour: ${sigma} deviations more.`,
  aired: 'aired',
  received: 'received',
  matched: 'matched',
  sent: 'sent',
  later: (seconds) => `+${seconds} s`,
  why: (name, restated) => `You get this because of the alert “${name}”: ${restated}.`,
  whyTest: 'You get this because somebody who is signed in asked for a test.',
  because: {
    rate: null,
    'quiet-hours': 'It was held back until your quiet hours were over.',
    limit: 'More was found than is sent one by one, so it comes together.',
  },
  mute: 'Mute this alert for a day',
  stop: 'No more of this alert',
  manage: 'Destinations',
  verifySubject: 'Confirm this address for notifications',
  verifyText: (who, site) =>
    `${who} wants notifications from ${site} to be sent to this address. If that is right, confirm it within three days. Until then nothing else is sent here.`,
  verifyButton: 'Confirm the address',
  verifyRefuse: 'If you know nothing of it, do nothing; or never get a letter from here again:',
}
