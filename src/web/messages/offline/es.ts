import type { OfflineMessages } from './en.ts'

export const es: OfflineMessages = {
  title: 'Sin conexión',
  noNetwork: 'Este dispositivo no tiene red.',
  serverAway: 'El servidor no responde.',
  heading: 'Ahora no se puede mostrar nada en directo.',
  heard: 'Última respuesta:',
  nothingLost: 'Lo que se dice mientras tanto se graba donde se recibe, y aquí podrá leerse.',
  trying: 'Esta página lo vuelve a intentar sola.',
  tryNow: 'Intentar ahora',
  back: 'El servidor responde de nuevo.',
  show: 'Mostrar la página',
  kept: 'Lo último que leyó',
  keptWhat: 'Se guarda en este navegador durante un día. No es en directo.',
  keptNone:
    'Las últimas líneas de un canal que lea se guardan en este navegador durante un día; no hay ninguna.',
  upTo: 'hasta',
}
