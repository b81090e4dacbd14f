/** Keys that one script may touch must be on one server of a cluster: those with the same `{tag}` are. */
export const tags = 256
/** Topics of publish/subscribe; few, as every node hears all of them. */
export const topics = 16

/** Of a channel, 0 … tags - 1; the same in every node and version. */
export function tagOf(channel: string): number {
  // FNV-1a.
  let hash = 0x811c9dc5
  for (let i = 0; i < channel.length; i++)
    hash = Math.imul(hash ^ channel.charCodeAt(i), 0x01000193) >>> 0
  return hash % tags
}

export function topicOf(channel: string): number {
  return tagOf(channel) % topics
}
