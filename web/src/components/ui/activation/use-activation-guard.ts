// Applies the activation guard to every marked control of the page: controls that are not ready are shown as disabled, and
// clicks, taps and Enter on them are stopped, as is an Enter that is held down.

import { useEffect, useEffectEvent } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { toast } from '../toast.ts';
import { ActivationGuard, READY_AFTER_MS } from './activation-guard.ts';
import { ACTS_ON, OPENS } from './guarded-control.ts';
import { ScrollByHand } from './scroll-by-hand.ts';

const ACTING = `[${ACTS_ON}]`;
const MARKED = `${ACTING}, [${OPENS}]`;
/** Events after which elements can be at another place without any change of the document. */
const MOVES = ['resize', 'transitionend', 'animationend', 'scroll'] as const;
const SCROLLS = ['wheel', 'touchmove', 'keydown', 'pointerdown', 'scroll'] as const;
const PASSIVE = { capture: true, passive: true } as const;

/**
 * @param onIgnored called for a press that was ignored, unless it was the second of a double click that was acted on
 * @returns a function that ends it
 */
function guardControls(onIgnored: () => void): () => void {
  const guard = new ActivationGuard<Element>();
  const byHand = new ScrollByHand();
  /** The former `aria-disabled` of controls that are shown as disabled. */
  const disabled = new Map<Element, string | null>();
  let letThroughMs = Number.NEGATIVE_INFINITY;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
    const nowMs = performance.now();
    const shown = [...document.querySelectorAll(MARKED)].flatMap((key) => {
      const box = key.getBoundingClientRect();
      const subject = key.getAttribute(ACTS_ON) ?? `open ${key.getAttribute(OPENS)}`;
      return box.width === 0 ? [] : [{ key, box, subject }];
    });
    guard.observe(shown, nowMs, byHand.isScrolling(nowMs));
    for (const { key } of shown) show(key, !key.matches(ACTING) || guard.isReady(key, nowMs));
    for (const [key] of disabled) if (!key.isConnected) disabled.delete(key);
    clearTimeout(timer);
    const nextMs = guard.nextReadyInMs(nowMs);
    if (nextMs !== null) timer = setTimeout(look, nextMs);
  };
  const show = (control: Element, isReady: boolean): void => {
    if (isReady === !disabled.has(control)) return;
    if (!isReady) {
      disabled.set(control, control.getAttribute('aria-disabled'));
      control.setAttribute('aria-disabled', 'true');
      return;
    }
    const was = disabled.get(control) ?? null;
    disabled.delete(control);
    if (was === null) control.removeAttribute('aria-disabled');
    else control.setAttribute('aria-disabled', was);
  };
  const lookSoon = (): void => {
    // Before the next frame, so that no control looks ready that is not.
    if (frame === 0) frame = requestAnimationFrame(look);
  };
  const noteScroll = (event: Event): void => {
    if (event.type === 'pointerdown') look();
    byHand.note(event, performance.now());
  };
  const stop = (event: Event): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const onPress = (event: Event): void => {
    const control = event.type === 'click' ? actingAt(event.target) : actingForKey(event as KeyboardEvent);
    if (control === null) return;
    if (event.type === 'keydown' && (event as KeyboardEvent).repeat) {
      // A key that is held down would act on the next control too. This is not reported.
      stop(event);
      return;
    }
    look();
    const nowMs = performance.now();
    if (guard.isReady(control, nowMs)) {
      letThroughMs = nowMs;
      return;
    }
    stop(event);
    if (nowMs - letThroughMs >= READY_AFTER_MS) onIgnored();
  };

  const changes = new MutationObserver(lookSoon);
  const attributeFilter = ['class', 'style', 'hidden', ACTS_ON];
  changes.observe(document.body, { childList: true, characterData: true, subtree: true, attributeFilter });
  for (const type of MOVES) window.addEventListener(type, lookSoon, PASSIVE);
  for (const type of SCROLLS) window.addEventListener(type, noteScroll, PASSIVE);
  for (const type of ['click', 'keydown']) window.addEventListener(type, onPress, true);
  look();
  return () => {
    changes.disconnect();
    for (const type of MOVES) window.removeEventListener(type, lookSoon, PASSIVE);
    for (const type of SCROLLS) window.removeEventListener(type, noteScroll, PASSIVE);
    for (const type of ['click', 'keydown']) window.removeEventListener(type, onPress, true);
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    for (const control of disabled.keys()) show(control, true);
  };
}

const actingAt = (target: EventTarget | null): Element | null =>
  target instanceof Element ? target.closest(ACTING) : null;

/** What Enter would act on: what has the focus, what is chosen in the list of a combobox, or the submit button of a form. */
function actingForKey({ key, target, isComposing }: KeyboardEvent): Element | null {
  if (key !== 'Enter' || isComposing || !(target instanceof HTMLElement)) return null;
  const list = document.getElementById(target.getAttribute('aria-controls') ?? '');
  if (target.getAttribute('role') === 'combobox')
    return actingAt(list?.querySelector('[aria-selected="true"]') ?? null);
  if (target instanceof HTMLInputElement && target.type !== 'checkbox') {
    return target.form?.querySelector(`[type="submit"]${ACTING}`) ?? null;
  }
  return actingAt(target);
}

/** Once, in the frame around every screen. */
export function useActivationGuard(): void {
  const { t } = useText();
  const onIgnored = useEffectEvent(() => toast(t('app.press_ignored'), { id: 'press-ignored' }));
  useEffect(() => guardControls(() => onIgnored()), []);
}
