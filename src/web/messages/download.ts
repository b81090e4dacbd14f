import { useCatalogue } from './catalogue.tsx'
import { en, type DownloadMessages } from './download-en.ts'
import { es } from './download-es.ts'

const catalogues = { en, es } as const

export function useDownloadMessages(): DownloadMessages {
  return catalogues[useCatalogue().locale]
}
