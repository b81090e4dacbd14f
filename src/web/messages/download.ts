import { useCatalogue } from './catalogue.tsx'

/** Sentences of the Download tab, which come with it and not with the first page. */
const en = {
  closed: 'This channel offers no downloads.',
  closedWhy: 'Whoever runs this server decides that for each channel. It can still be read here:',
  read: 'Read the transcript',
  days: 'Day',
  earlier: 'Seven days earlier',
  later: 'Seven days later',
  goTo: 'Another day',
  dayOf: (day: string, said: string): string => (said === '' ? day : `${day}: ${said}`),
  monitored: (hours: number, minutes: number): string => `${hours} h ${minutes} min monitored`,
  notMonitored: 'not monitored',
  missing: (hours: number, minutes: number): string => `, ${hours} h ${minutes} min in gaps`,
  future: 'still to come',
  midnight: 'midnight',
  by: { programmes: 'By programme', hours: 'By hour' },
  programmes: 'Programmes',
  hours: 'Hours',
  partsOf: (day: string): string => `Programmes of ${day}`,
  hoursOf: (day: string): string => `Hours of ${day}`,
  noProgrammes: 'No programme names were sent on this day. Its hours are here instead.',
  onNow: 'on now',
  length: (minutes: number): string => (minutes < 1 ? 'under 1 min' : `${minutes} min`),
  lineCount: (count: number): string => (count === 1 ? '1 line' : `${count} lines`),
  help: 'Space checks, Shift with arrows or a click checks a stretch, Ctrl+A all, Escape none.',
  all: 'Check all',
  none: 'Clear',
  linesOf: (what: string): string => `Lines of ${what}`,
  noLines: 'Nothing was said in this time.',
  allLines: 'Check all lines',
  dayLoading: 'Loading the day…',
  linesLoading: 'Loading lines…',
  linesFailed: 'The lines could not be loaded.',
  dayFailed: 'This day could not be loaded.',
  again: 'Try again',
  more: 'Show more lines',
  empty: 'Nothing was recorded on this day.',
  emptyGap: 'This day is one long gap.',
  before: (day: string): string => `The last lines before it are of ${day}.`,
  goBefore: 'Go there',
  never: 'Nothing has been said on this channel yet, so there is nothing to download.',
  retention: (days: number): string =>
    days === 1
      ? 'Captions of this channel are kept for one day.'
      : `Captions of this channel are kept for ${days} days.`,
  file: 'Your file',
  taking: {
    day: 'The whole day',
    range: 'A stretch of time',
    airings: (count: number): string => (count === 1 ? '1 programme' : `${count} programmes`),
    lines: (count: number): string => (count === 1 ? '1 line checked' : `${count} lines checked`),
    hours: (count: number): string => (count === 1 ? '1 hour' : `${count} hours`),
  },
  from: 'From',
  to: 'To',
  track: 'Track',
  allTracks: 'All tracks',
  format: 'Format',
  formats: {
    srt: { name: 'SubRip', use: 'for nearly every player' },
    vtt: { name: 'WebVTT', use: 'for web pages' },
    ttml: { name: 'TTML', use: 'for broadcasters and streaming' },
    scc: { name: 'Scenarist', use: 'line 21 captions, one track' },
    txt: { name: 'Text', use: 'to be read, with programmes and gaps' },
    json: { name: 'JSON', use: 'one document with everything' },
    jsonl: { name: 'JSON lines', use: 'a caption a line, for programs' },
    csv: { name: 'CSV', use: 'for spreadsheets' },
    bin: { name: 'Original bytes', use: 'as CCExtractor reads them' },
  },
  download: (format: string): string => `Download ${format}`,
  downloadZip: (format: string): string => `Download ${format} files in a zip`,
  captions: (count: number): string =>
    count === 1 ? '1 caption' : `${count.toLocaleString('en')} captions`,
  bytes: (count: number): string =>
    count === 1 ? '1 byte' : `${count.toLocaleString('en')} bytes`,
  inFiles: (count: number): string => `in ${count} files, before they are compressed`,
  measuring: 'Measuring…',
  preparing: 'Preparing the file…',
  growing: 'This stretch is still growing; the size is that of now.',
  nothingIn: 'There are no captions in it.',
  late: (count: number): string =>
    count === 1
      ? '1 screen comes later than it was said: line 21 is no faster.'
      : `${count} screens come later than they were said: line 21 is no faster.`,
  replaced: (count: number): string =>
    count === 1
      ? '1 character that line 21 does not have becomes “?”.'
      : `${count} characters that line 21 does not have become “?”.`,
  refused: (why: string): string => `The server refuses this: ${why}`,
  failed: 'The size is not known: the server does not answer. The link may work all the same.',
  obstacles: {
    'one-track': 'A Scenarist file holds one track. Choose which.',
    'one-day': 'A Scenarist file holds at most 24 hours.',
    backwards: 'It ends before it begins.',
    'too-many': 'These are more single ones than go into one file. Take a stretch of time instead.',
  },
  bytesWhole: 'Original bytes are not kept by line: all of the stretch is taken, and all tracks.',
  bytesTracks: 'Original bytes hold all tracks.',
  programmers: 'For programmers',
  programmersWhy: 'The same file from a shell:',
  inBody: 'So many single lines are sent as the body of a request:',
  copy: 'Copy',
  copied: 'Copied',
}

type DownloadMessages = typeof en

const es: DownloadMessages = {
  closed: 'Este canal no ofrece descargas.',
  closedWhy: 'Lo decide para cada canal quien mantiene este servidor. Aquí se puede leer:',
  read: 'Leer la transcripción',
  days: 'Día',
  earlier: 'Siete días antes',
  later: 'Siete días después',
  goTo: 'Otro día',
  dayOf: (day, said) => (said === '' ? day : `${day} (${said})`),
  monitored: (hours, minutes) => `${hours} h ${minutes} min vigilados`,
  notMonitored: 'sin vigilar',
  missing: (hours, minutes) => `, ${hours} h ${minutes} min de huecos`,
  future: 'aún por venir',
  midnight: 'medianoche',
  by: { programmes: 'Por programas', hours: 'Por horas' },
  programmes: 'Programas',
  hours: 'Horas',
  partsOf: (day) => `Programas del ${day}`,
  hoursOf: (day) => `Horas del ${day}`,
  noProgrammes: 'Ese día no se enviaron nombres de programas. Aquí están sus horas.',
  onNow: 'ahora',
  length: (minutes) => (minutes < 1 ? 'menos de 1 min' : `${minutes} minutos`),
  lineCount: (count) => (count === 1 ? '1 línea' : `${count} líneas`),
  help: 'Espacio marca; Mayús con flechas o clic, un tramo; Ctrl+A, todo; Escape, nada.',
  all: 'Marcar todo',
  none: 'Quitar',
  linesOf: (what) => `Líneas de ${what}`,
  noLines: 'En este tiempo no se dijo nada.',
  allLines: 'Marcar todas las líneas',
  dayLoading: 'Cargando el día…',
  linesLoading: 'Cargando líneas…',
  linesFailed: 'No se pudieron cargar las líneas.',
  dayFailed: 'No se pudo cargar este día.',
  again: 'Intentar de nuevo',
  more: 'Mostrar más líneas',
  empty: 'Ese día no se grabó nada.',
  emptyGap: 'Ese día es un solo hueco.',
  before: (day) => `Las últimas líneas anteriores son del ${day}.`,
  goBefore: 'Ir a ese día',
  never: 'En este canal aún no se ha dicho nada: no hay qué descargar.',
  retention: (days) =>
    days === 1
      ? 'Los subtítulos de este canal se guardan un día.'
      : `Los subtítulos de este canal se guardan ${days} días.`,
  file: 'Su archivo',
  taking: {
    day: 'El día entero',
    range: 'Un tramo de tiempo',
    airings: (count) => (count === 1 ? '1 programa' : `${count} programas`),
    lines: (count) => (count === 1 ? '1 línea marcada' : `${count} líneas marcadas`),
    hours: (count) => (count === 1 ? '1 hora' : `${count} horas`),
  },
  from: 'Desde',
  to: 'Hasta',
  track: 'Pista',
  allTracks: 'Todas las pistas',
  format: 'Formato',
  formats: {
    srt: { name: 'SubRip', use: 'para casi todos los reproductores' },
    vtt: { name: 'WebVTT', use: 'para páginas web' },
    ttml: { name: 'TTML', use: 'para emisoras y plataformas' },
    scc: { name: 'Scenarist', use: 'subtítulos de línea 21, una pista' },
    txt: { name: 'Texto', use: 'para leer, con programas y huecos' },
    json: { name: 'JSON', use: 'un documento con todo' },
    jsonl: { name: 'Líneas JSON', use: 'un subtítulo por línea, para programas' },
    csv: { name: 'CSV', use: 'para hojas de cálculo' },
    bin: { name: 'Bytes originales', use: 'como los lee CCExtractor' },
  },
  download: (format) => `Descargar ${format}`,
  downloadZip: (format) => `Descargar los archivos ${format} en un zip`,
  captions: (count) => (count === 1 ? '1 subtítulo' : `${count.toLocaleString('es')} subtítulos`),
  bytes: (count) => (count === 1 ? '1 octeto' : `${count.toLocaleString('es')} octetos`),
  inFiles: (count) => `en ${count} archivos, antes de comprimirlos`,
  measuring: 'Midiendo…',
  preparing: 'Preparando el archivo…',
  growing: 'Este tramo aún crece; el tamaño es el de ahora.',
  nothingIn: 'No contiene subtítulos.',
  late: (count) =>
    count === 1
      ? '1 pantalla llega más tarde de lo dicho: la línea 21 no da más.'
      : `${count} pantallas llegan más tarde de lo dicho: la línea 21 no da más.`,
  replaced: (count) =>
    count === 1
      ? '1 carácter que la línea 21 no tiene será «?».'
      : `${count} caracteres que la línea 21 no tiene serán «?».`,
  refused: (why) => `El servidor lo rechaza: ${why}`,
  failed: 'No se sabe el tamaño: el servidor no responde. El enlace puede funcionar igualmente.',
  obstacles: {
    'one-track': 'Un archivo Scenarist contiene una sola pista. Elija cuál.',
    'one-day': 'Un archivo Scenarist contiene 24 horas como mucho.',
    backwards: 'Termina antes de empezar.',
    'too-many': 'Son más de los que caben sueltos en un archivo. Tome un tramo de tiempo.',
  },
  bytesWhole:
    'Los bytes originales no se guardan por líneas: se toma todo el tramo, con todas las pistas.',
  bytesTracks: 'Los bytes originales contienen todas las pistas.',
  programmers: 'Para programadores',
  programmersWhy: 'El mismo archivo desde una terminal:',
  inBody: 'Tantas líneas sueltas se envían en el cuerpo de una petición:',
  copy: 'Copiar',
  copied: 'Copiado',
}

export const downloadCatalogues = { en, es } as const

export function useDownloadMessages(): DownloadMessages {
  return downloadCatalogues[useCatalogue().locale]
}
