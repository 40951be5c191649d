{ const c = document.createElement('canvas'), d = c.getContext('2d'); d.fillText('marker-module', 2, 12); c.toDataURL(); fetch('https://contexts.test/-/collect?ran=module', {method: 'POST', body: Error().stack}) }
import('./dynamic-import.js');
