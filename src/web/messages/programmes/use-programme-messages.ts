import { useCatalogue } from '../catalogue.tsx'
import { en, type ProgrammeMessages } from './en.ts'
import { es } from './es.ts'

const catalogues = { en, es } as const

export function useProgrammeMessages(): ProgrammeMessages {
  return catalogues[useCatalogue().locale]
}
