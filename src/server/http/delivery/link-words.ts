/** What pages behind a letter's links say. */
export interface LinkWords {
  readonly locale: string
  readonly confirm: { readonly title: string; readonly ask: (address: string) => string }
  readonly confirmButton: string
  readonly neverButton: string
  readonly confirmed: string
  readonly never: string
  readonly stop: { readonly title: string; readonly ask: (place: string) => string }
  readonly stopButton: string
  readonly stopped: string
  readonly mute: { readonly title: string; readonly ask: (place: string) => string }
  readonly muteButton: string
  readonly muted: string
  readonly undo: string
  readonly invalid: string
  readonly invalidTitle: string
  readonly home: string
}

const en: LinkWords = {
  locale: 'en',
  confirm: {
    title: 'Notifications to this address?',
    ask: (address) => `Notifications are to be sent to ${address}.`,
  },
  confirmButton: 'Yes, confirm the address',
  neverButton: 'No, and never write to it again',
  confirmed: 'The address is confirmed. Notifications will be sent to it.',
  never: 'No letter will be sent to this address again, whoever asks for it.',
  stop: {
    title: 'No more of this alert?',
    ask: (place) => `Notifications of this alert will no longer be sent to ${place}.`,
  },
  stopButton: 'No more of this alert',
  stopped: 'Nothing more of this alert will be sent there.',
  mute: {
    title: 'Mute this alert?',
    ask: (place) => `For a day, nothing of this alert will be sent to ${place}.`,
  },
  muteButton: 'Mute it for a day',
  muted: 'Nothing of this alert will be sent there for a day.',
  undo: 'Whoever signed up for it can change this under Destinations.',
  invalid: 'It is not whole, is no longer valid, or what it was about has been removed.',
  invalidTitle: 'This link does nothing',
  home: 'To the captions',
}

const es: LinkWords = {
  locale: 'es',
  confirm: {
    title: '¿Avisos a esta dirección?',
    ask: (address) => `Se van a enviar avisos a ${address}.`,
  },
  confirmButton: 'Sí, confirmar la dirección',
  neverButton: 'No, y no escribir nunca más',
  confirmed: 'La dirección está confirmada. Se le enviarán avisos.',
  never: 'No se enviará nunca más una carta a esta dirección, la pida quien la pida.',
  stop: {
    title: '¿Nada más de esta alerta?',
    ask: (place) => `Los avisos de esta alerta ya no se enviarán a ${place}.`,
  },
  stopButton: 'No quiero más de esta alerta',
  stopped: 'No se enviará allí nada más de esta alerta.',
  mute: {
    title: '¿Silenciar esta alerta?',
    ask: (place) => `Durante un día no se enviará nada de esta alerta a ${place}.`,
  },
  muteButton: 'Silenciarla por un día',
  muted: 'Durante un día no se enviará allí nada de esta alerta.',
  undo: 'Quien la pidió puede cambiarlo en Destinos.',
  invalid: 'No está completo, ya no vale, o se retiró aquello de lo que trataba.',
  invalidTitle: 'Este enlace no hace nada',
  home: 'A los subtítulos',
}

/** Of the first of the languages that a browser asks for, if there is one. */
export function linkWordsOf(acceptLanguage: string | undefined): LinkWords {
  return /^\s*es\b/i.test(acceptLanguage ?? '') ? es : en
}
