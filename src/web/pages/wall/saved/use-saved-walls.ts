import { Kept, useKept } from '../../../shared/settings/kept.ts'
import { parseWalls, type SavedWall } from './saved-walls.ts'

/** The walls that are kept in this browser, by all its windows. */
export const savedWalls = new Kept<readonly SavedWall[]>('ccr.walls', parseWalls, (walls) =>
  JSON.stringify(walls),
)

export function useSavedWalls(): readonly SavedWall[] {
  return useKept(savedWalls)
}
