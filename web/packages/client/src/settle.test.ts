/** When promises settle, case by case. */
import { describe, expect, it, vi } from 'vitest';
import { Settling, type Wait } from './settle';

type Event = 'kept' | 'done' | 'failed' | 'expired' | 'cancelled' | 'given up' | 'lost' | '10 s';

function follow(options: Partial<Pick<Wait, 'settle' | 'swallowed'>> & { live: boolean }, events: Event[]) {
  let live = options.live;
  let late = () => {};
  const settling = new Settling({
    connected: () => live,
    setTimer: (callback) => {
      late = callback;
      return () => {};
    },
  });
  const resolve = vi.fn();
  const reject = vi.fn();
  settling.add('op', { settle: 'kept', swallowed: false, ...options, resolve, reject });
  for (const event of events) {
    if (event === 'lost') {
      live = false;
      settling.onConnection();
    } else if (event === '10 s') late();
    else if (event === 'given up') settling.giveUp('op');
    else settling.onOutcome({ op: 'op', outcome: event, code: event === 'failed' ? 'forbidden' : null });
  }
  const resolved = resolve.mock.calls[0]?.[0] ?? null;
  return resolved ?? reject.mock.calls[0]?.[0]?.code ?? 'waits';
}

describe('a promise of an op', () => {
  it.each<[string, Parameters<typeof follow>[0], Event[], string]>([
    ['waits for the server while live', { live: true }, ['kept'], 'waits'],
    ['is sent when the server has it', { live: true }, ['kept', 'done'], 'sent'],
    ['is kept without a connection', { live: false }, ['kept'], 'sending'],
    ['is not kept before it is', { live: false }, [], 'waits'],
    ['is kept when the connection goes', { live: true }, ['kept', 'lost'], 'sending'],
    ['waits where nothing is stored', { live: true }, ['lost'], 'waits'],
    ['waits no longer than 10 s', { live: true }, ['10 s'], 'sending'],
    ['settles once', { live: true }, ['10 s', 'failed'], 'sending'],
    ['fails with the code', { live: true }, ['kept', 'failed'], 'forbidden'],
    ['expires', { live: true }, ['expired'], 'expired'],
    ['is cancelled', { live: true }, ['cancelled'], 'cancelled'],
    ['is done when swallowed', { live: true, swallowed: true }, ['cancelled'], 'sent'],
    ['is cancelled when given up', { live: true, swallowed: true }, ['given up', 'cancelled'], 'cancelled'],
    ['hears the server alone', { live: false, settle: 'acknowledged' }, ['kept', 'lost'], 'waits'],
    ['hears the server late', { live: false, settle: 'acknowledged' }, ['kept', 'done'], 'sent'],
  ])('%s', (_, options, events, outcome) => {
    expect(follow(options, events)).toBe(outcome);
  });

  it('knows what was kept before it was asked for', () => {
    const settling = new Settling({ connected: () => false, setTimer: () => () => {} });
    settling.onOutcome({ op: 'op', outcome: 'kept', code: null });
    const resolve = vi.fn();
    settling.add('op', { settle: 'kept', swallowed: true, resolve, reject: () => {} });
    expect(resolve).toHaveBeenCalledWith('sending');
  });
});
