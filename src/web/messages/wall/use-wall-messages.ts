import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type WallMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, WallMessages>> = { en, es }

export function useWallMessages(): WallMessages {
  return catalogues[useCatalogue().locale]
}
