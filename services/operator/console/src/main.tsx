import { render } from 'preact';
import { App } from './app.js';
import './console.css';

const place = document.getElementById('console');
if (!place) throw new Error('the page has no place for the console');
render(<App />, place);
