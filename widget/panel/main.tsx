import './panel.css'
import { render } from 'preact'
import { Panel } from './Panel.tsx'

const place = document.getElementById('panel')
if (place) render(<Panel />, place)
