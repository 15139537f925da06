/** What every test file needs: mounted trees go when a test ends. */
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);
