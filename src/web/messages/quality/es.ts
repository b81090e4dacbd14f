import type { QualityMessages } from './en.ts'

export const es: QualityMessages = {
  title: 'Calidad',
  heading: 'Con qué calidad se graban los canales',
  lead: 'Cuánto tiempo se escuchó cada uno, cuánto se dijo y dónde no se grabó nada. El peor, primero.',
  window: 'Tiempo',
  windows: { day: 'Últimas 24 horas', week: 'Últimos 7 días', month: 'Últimos 31 días' },
  zone: 'Las horas y los días son los de UTC.',
  loading: 'Contando lo que se grabó…',
  failed: 'No se han podido cargar las cifras.',
  again: 'Volver a intentar',
  empty: 'Todavía no hay canales.',
  uptime: 'escuchado',
  uptimeWhat:
    'Escuchado: la parte del tiempo, desde que el canal se grabó por primera vez en él, en que un sintonizador escuchaba y podían llegar subtítulos.',
  wpm: 'palabras por minuto',
  wpmWhat:
    'Palabras por minuto: del tiempo escuchado. Un programa hablado tiene de 120 a 180; el cine y la música, menos.',
  missed: 'perdido',
  nothing: 'En este tiempo no se grabó nada.',
  none: '—',
  heardChart: (name: string): string => `${name}: parte del tiempo que se escuchó`,
  wordsChart: (name: string): string => `${name}: palabras por minuto`,
  most: (words: number): string => `como mucho ${words}`,
  gapsShort: 'Huecos',
  gapsNone: 'En este tiempo no hay huecos.',
  gapsMore: (count: number): string => `Se muestran los ${count} más recientes.`,
  gapsFailed: 'No se han podido cargar los huecos.',
  open: 'sigue abierto',
  table: 'En una tabla',
  tableOf: (name: string): string => `${name}: cifras`,
  columns: {
    from: 'Desde',
    heard: 'Tiempo escuchado',
    words: 'Palabras',
    wpm: 'Palabras por minuto',
    missed: 'Perdido',
  },
  duration: (seconds: number): string =>
    seconds < 90
      ? `${Math.round(seconds)} s`
      : seconds < 5400
        ? `${Math.round(seconds / 60)} min`
        : `${(seconds / 3600).toFixed(1).replace('.', ',')} h`,
}
