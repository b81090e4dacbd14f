import type { Cue } from '../api.ts'
import type { Mode } from '../events.ts'
import type { Draft, LiveEvent } from './live.ts'
import type { Position } from '../position.ts'

/** What both ends of a live subscription know of one track; the base of the differences on the wire. */
export interface TrackState {
  readonly track: string
  language: string | null
  run: string
  /** Of the last draft or cue. */
  id: number
  mode: Mode
  /** The draft on screen; null when there is none. */
  draft: { readonly startMs: number; text: string } | null
}

/** What both ends know of one channel. Encoder and decoder apply the same events to it and stay equal. */
export interface LiveState {
  position: Position
  readonly tracks: TrackState[]
  /** Index in `tracks` of the track that records without a track mean. */
  current: number
  /** The last time stated, in milliseconds since 1970: later ones are told as a difference. */
  clockMs: number
  airing: string | null
}

export function createLiveState(position: Position): LiveState {
  return { position, tracks: [], current: 0, clockMs: 0, airing: null }
}

export function cloneLiveState(state: LiveState): LiveState {
  return {
    ...state,
    tracks: state.tracks.map((track) => ({
      ...track,
      draft: track.draft === null ? null : { ...track.draft },
    })),
  }
}

/** Applies an event that is told whole. */
export function applyWhole(state: LiveState, event: LiveEvent): void {
  switch (event.type) {
    case 'draft':
      applyDraft(state, event)
      break
    case 'cue':
      applyCue(state, event)
      break
    case 'airing':
      state.position = event.position
      state.airing = event.id
      break
    case 'gap':
    case 'removed':
      state.position = event.position
      break
    case 'snapshot':
    case 'bye':
      break
  }
}

export function findTrack(state: LiveState, track: string): number {
  return state.tracks.findIndex((known) => known.track === track)
}

export function draftOf(known: TrackState): Draft {
  return {
    run: known.run,
    track: known.track,
    id: known.id,
    start: new Date(known.draft?.startMs ?? 0).toISOString(),
    mode: known.mode,
    text: known.draft?.text ?? '',
  }
}

function applyDraft(state: LiveState, draft: Draft): void {
  const known = makeTrack(state, draft)
  known.run = draft.run
  known.id = draft.id
  known.mode = draft.mode
  const startMs = Date.parse(draft.start)
  known.draft = draft.text === '' ? null : { startMs, text: draft.text }
  state.clockMs = startMs
}

function applyCue(state: LiveState, cue: Cue & { readonly late?: true }): void {
  const { position } = state
  // Where a query passes a cue only once later ones have decided, readers have been told of those already.
  if (position.epoch !== cue.position.epoch || position.seq < cue.position.seq)
    state.position = cue.position
  const known = makeTrack(state, cue)
  known.language = cue.language
  // A late cue says nothing about what is on screen now.
  if (cue.late) return
  if (known.run === cue.run && known.id > cue.id) return
  known.run = cue.run
  known.id = cue.id
  known.mode = cue.mode
  known.draft = null
  state.clockMs = Date.parse(cue.end)
}

function makeTrack(
  state: LiveState,
  of: { readonly track: string; readonly run: string; readonly mode: Mode },
): TrackState {
  const at = findTrack(state, of.track)
  const known = state.tracks[at]
  if (known !== undefined) {
    state.current = at
    return known
  }
  const { track, run, mode } = of
  const made: TrackState = { track, run, mode, language: null, id: 0, draft: null }
  state.current = state.tracks.push(made) - 1
  return made
}
