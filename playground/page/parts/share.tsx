import { notice } from '../state/notice.ts';
import { isShareOpen } from '../state/view.ts';
import { lazy } from './lazy.tsx';

const ShareSheet = lazy(() => import('./share-sheet.tsx').then((module) => module.ShareSheet));

/** What came with a link, and what leaves by one. */
export function Share() {
  return (
    <>
      {notice.value && (
        <p
          class={`notice ${notice.value.isProblem ? 'problem' : ''}`}
          role={notice.value.isProblem ? 'alert' : 'status'}
        >
          {notice.value.text}{' '}
          <button
            type="button"
            class="quiet"
            onClick={() => {
              notice.value = undefined;
            }}
          >
            Close
          </button>
        </p>
      )}
      {isShareOpen.value && <ShareSheet />}
    </>
  );
}
