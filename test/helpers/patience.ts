/** How long tests wait: far longer than a busy machine stalls. */

/** Shorter than the time `bun test` gives a test, so that a failure says what was missing. */
export const patienceMs = 15_000;

/** What waits for nobody is over by then; what waits in vain, for a server or a person, takes longer. */
export const promptMs = 8_000;
