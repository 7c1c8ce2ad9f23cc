import assert from "node:assert/strict";
import { test } from "node:test";
import { PageWatch, type Clock } from "../src/helpdesk/page_watch.ts";

const MINUTE_MS = 60_000;

/** Time that passes only when it is told to, a millisecond at a time. */
class ToldClock implements Clock {
  private time = 0;
  private calls: { at: number; call: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, call: () => void): void {
    this.calls.push({ at: this.time + ms, call });
  }

  /** The page's thread is busy: nothing is called meanwhile. */
  work(ms: number): void {
    this.time += ms;
  }

  passUntil(end: number, each: (time: number) => void = () => {}): void {
    for (; this.time < end; this.time += 1) {
      each(this.time);
      const due = this.calls.filter(({ at }) => at <= this.time);
      this.calls = this.calls.filter(({ at }) => at > this.time);
      for (const { call } of due) call();
    }
  }
}

/** A page that takes so long to read; `began` says when it was. */
function watched(readMs: number): { clock: ToldClock; watch: PageWatch; began: number[] } {
  const clock = new ToldClock();
  const began: number[] = [];
  const read = (): void => {
    began.push(clock.now());
    clock.work(readMs);
  };
  return { clock, began, watch: new PageWatch({} as Document, read, () => null, clock) };
}

test("A page that stands still is not read", () => {
  const { clock, began } = watched(1);
  clock.passUntil(MINUTE_MS);
  assert.deepEqual(began, []);
});

test("A burst of changes is read once, as soon as it has been over for 50 ms", () => {
  const { clock, watch, began } = watched(1);
  clock.passUntil(MINUTE_MS, (time) => {
    if (time <= 40) watch.changed();
  });
  assert.deepEqual(began, [90]);
});

test("A burst that does not end is read 120 ms after its first change", () => {
  const { clock, watch, began } = watched(1);
  clock.passUntil(121, () => watch.changed());
  assert.deepEqual(began, [120]);
});

// How long one read takes -> how long after it the next one begins, while the page changes every millisecond.
for (const [readMs, rest] of [
  [1, 120],
  [4, 120],
  [10, 300],
  [33, 990],
  [100, 1_000],
  [400, 1_000],
] as const) {
  test(`A page that changes a thousand times a second and takes ${readMs} ms to read rests ${rest} ms in between`, () => {
    const { clock, watch, began } = watched(readMs);
    clock.passUntil(MINUTE_MS, () => watch.changed());
    const rests = began.slice(1).map((at, place) => at - (began[place] ?? 0) - readMs);
    // The next change comes in the millisecond after the read.
    assert.ok(rests.length > MINUTE_MS / (readMs + rest + 1) - 3, `${rests.length} reads a minute`);
    for (const each of rests) assert.ok(each === rest || each === rest + 1, `${each} ms`);
  });
}

test("Reading a page that never stands still takes a thirtieth of its time at most", () => {
  for (let readMs = 1; readMs <= 33; readMs += 1) {
    const { clock, watch, began } = watched(readMs);
    clock.passUntil(MINUTE_MS, () => watch.changed());
    assert.ok(began.length > MINUTE_MS / 1_100, `read ${began.length} times`);
    assert.ok((began.length * readMs) / MINUTE_MS <= 1 / 30, `${readMs} ms, read ${began.length} times`);
  }
});
