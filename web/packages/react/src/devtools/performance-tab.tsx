/** Performance figures: what the engine counts, and how the page keeps up while one looks. */
import type { Metrics } from '@samtale/client';
import type { Phrases } from '@samtale/locale';
import { useEffect, useState } from 'react';
import { usePhrases, useSamtaleClient, useView } from '../hooks';
import { bytes, type Fact, Facts, mean, millis, percent } from './facts';
import { useTick } from './use-tick';

/** A frame that takes longer than this is felt, in milliseconds. */
const SLOW_FRAME_MS = 50;

/** Shows the figures, once a second. */
export function PerformanceTab() {
  const phrases = usePhrases();
  const { t } = phrases;
  const client = useSamtaleClient();
  useTick(1_000);
  const metrics = client.metrics();
  return (
    <>
      <Facts title={t('devtools-perf-connection')} facts={connectionFacts(metrics, phrases)} />
      <Facts title={t('devtools-perf-messages')} facts={messageFacts(metrics, phrases)} />
      <Facts title={t('devtools-perf-page')} facts={usePageFacts()} />
      <Facts
        title={t('devtools-perf-behaviour')}
        facts={[
          [t('devtools-perf-chats-opened'), String(metrics.behaviour.chatsOpened)],
          [t('devtools-perf-typing-spells'), String(metrics.behaviour.typingSpells)],
          [t('devtools-perf-status-changes'), String(metrics.behaviour.statusChanges)],
        ]}
      />
    </>
  );
}

function connectionFacts({ connection }: Metrics, { t }: Phrases): Fact[] {
  const { online, slow, offline } = connection.networkMs;
  return [
    [t('devtools-perf-success-rate'), percent(connection.successes, connection.attempts)],
    [t('devtools-perf-mean-latency'), millis(mean(connection.latencySumMs, connection.heartbeats))],
    [t('devtools-perf-max-latency'), connection.heartbeats > 0 ? millis(connection.latencyMaxMs) : null],
    [t('devtools-perf-mean-reply'), millis(mean(connection.replySumMs, connection.replies))],
    [t('devtools-perf-losses'), String(connection.losses)],
    [t('devtools-perf-fallbacks'), String(connection.fallbacks)],
    [t('devtools-perf-gaps'), String(connection.gaps)],
    [t('devtools-perf-resets'), String(connection.resets)],
    [t('devtools-perf-network'), [online, slow, offline].map((ms) => millis(ms ?? 0)).join(' / ')],
  ];
}

function messageFacts({ messages }: Metrics, { t }: Phrases): Fact[] {
  const settled = messages.acknowledged + messages.failed;
  const perRequest = mean(settled, messages.requests);
  const causes = Object.entries(messages.causes).map(([code, count]) => `${code}: ${count}`);
  return [
    [t('devtools-perf-send-rate'), percent(messages.acknowledged, settled)],
    [t('devtools-perf-queued'), String(messages.queued)],
    [t('devtools-perf-acknowledged'), String(messages.acknowledged)],
    [t('devtools-perf-delivered'), String(messages.delivered)],
    [t('devtools-perf-failed'), String(messages.failed)],
    [t('devtools-perf-retries'), String(messages.retries)],
    [t('devtools-perf-mean-wait'), millis(mean(messages.waitSumMs, messages.acknowledged))],
    [t('devtools-perf-per-request'), perRequest === null ? null : perRequest.toFixed(1)],
    [t('devtools-perf-received'), String(messages.received)],
    [t('devtools-perf-causes'), causes.length > 0 ? causes.join(', ') : t('devtools-none')],
  ];
}

/** Measures frames, updates of the view and storage while mounted. */
function usePageFacts(): Fact[] {
  const { t } = usePhrases();
  const client = useSamtaleClient();
  const storage = useView(client.storage);
  const [figures, setFigures] = useState({ frames: 0, slow: 0, updates: 0 });
  const [stored, setStored] = useState<number | null>(null);
  useEffect(() => {
    let frames = 0;
    let slow = 0;
    let updates = 0;
    let last = performance.now();
    let since = last;
    let frame = requestAnimationFrame(function measure(now) {
      frames += 1;
      if (now - last > SLOW_FRAME_MS) slow += 1;
      last = now;
      if (now - since >= 1_000) {
        const seconds = (now - since) / 1_000;
        const present = { frames: Math.round(frames / seconds), updates: Math.round(updates / seconds) };
        setFigures((before) => ({ ...present, slow: before.slow + slow }));
        frames = 0;
        slow = 0;
        updates = 0;
        since = now;
      }
      frame = requestAnimationFrame(measure);
    });
    const stop = client.onEvent(() => {
      updates += 1;
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [client]);
  useEffect(() => {
    let wanted = true;
    const estimate = navigator.storage?.estimate?.();
    estimate?.then(
      ({ usage }) => {
        if (wanted) setStored(usage ?? null);
      },
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, []);
  return [
    [t('devtools-perf-frames'), String(figures.frames)],
    [t('devtools-perf-slow-frames'), String(figures.slow)],
    [t('devtools-perf-updates'), String(figures.updates)],
    [t('devtools-perf-memory'), bytes(usedMemory())],
    [t('devtools-storage'), storage],
    [t('devtools-perf-storage-used'), bytes(stored)],
  ];
}

/** Returns how much JavaScript holds, where the browser tells. */
function usedMemory(): number | null {
  const { memory } = performance as Performance & { memory?: { usedJSHeapSize?: number } };
  return memory?.usedJSHeapSize ?? null;
}
