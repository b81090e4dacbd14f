import type { Words } from './words.ts'

export const es: Words = {
  locale: 'es',
  unknownProgramme: 'programa sin nombre',
  mentionsOn: (name, channel) => `${name}: ${channel}`,
  digestSubject: (name, count) => `${name}: ${count} ${count === 1 ? 'mención' : 'menciones'}`,
  volumeSubject: (name, count, usual) =>
    `${name}: se dice más de lo habitual, ${count} veces en una hora (lo normal es ${usual})`,
  testSubject: 'Una prueba de ccr',
  test: 'Esta es la prueba que se pidió. Los avisos llegan a este lugar.',
  count: (count) => `${count} ${count === 1 ? 'mención' : 'menciones'}`,
  period: (from, to) => `${from} a ${to}`,
  more: (count) => `y ${count} más`,
  seeSearch: 'Ver lo que se dijo',
  open: 'Seguir leyendo en este segundo',
  alsoOn: (count) =>
    count === 1 ? 'Las mismas palabras, también en' : `Las mismas palabras, ${count} veces más, en`,
  volume: (count, usual, sigma, weeks) =>
    `${count} menciones en la última hora. En las ${weeks} semanas anteriores lo normal a esta hora era ${usual}: ${sigma} desviaciones más.`,
  aired: 'emitido',
  received: 'recibido',
  matched: 'encontrado',
  sent: 'enviado',
  later: (seconds) => `+${seconds} s`,
  why: (name, restated) => `Recibe esto por la alerta «${name}»: ${restated}.`,
  whyTest: 'Recibe esto porque alguien con sesión iniciada pidió una prueba.',
  because: {
    rate: null,
    'quiet-hours': 'Se retuvo hasta que terminaron sus horas de silencio.',
    limit: 'Se encontró más de lo que se envía uno por uno, así que llega junto.',
  },
  mute: 'Silenciar esta alerta por un día',
  stop: 'No quiero más de esta alerta',
  manage: 'Destinos',
  verifySubject: 'Confirme esta dirección para recibir avisos',
  verifyText: (who, site) =>
    `${who} quiere que los avisos de ${site} se envíen a esta dirección. Si es correcto, confírmelo en tres días. Hasta entonces no se envía nada más.`,
  verifyButton: 'Confirmar la dirección',
  verifyRefuse:
    'Si no sabe de qué se trata, no haga nada; o no reciba nunca más una carta de aquí:',
}
