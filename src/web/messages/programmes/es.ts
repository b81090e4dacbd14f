import type { ProgrammeMessages } from './en.ts'

export const es: ProgrammeMessages = {
  heading: 'Programas encontrados',
  found: (count) => (count === 1 ? '1 programa encontrado' : `${count} programas encontrados`),
  failed: 'No se pudo preguntar por los programas.',
  airings: (count) => (count === 1 ? '1 emisión' : `${count} emisiones`),
  more: 'Mostrar más programas',
  all: (count) => `Mostrar ${count}`,
  again: 'Falló; inténtelo de nuevo',
}
