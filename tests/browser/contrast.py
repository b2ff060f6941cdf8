# SPDX-License-Identifier: Apache-2.0
"""Measures colour contrast in states that axe-core does not check."""

from collections.abc import Sequence

from tests.browser.person import Person

TEXT, SHAPE = 4.5, 3.0  # WCAG 2.1, 1.4.3 and 1.4.11

# Colours are painted, because a browser writes them in several ways; a gradient of ours is one
# colour laid over the ground.
_MEASURE = """
    const [css, property, done] = arguments;
    const element = document.querySelector(css);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const paint = canvas.getContext('2d', {willReadFrequently: true});
    const layers = (from) => {
        const found = [];
        for (let each = from; each; each = each.parentElement) {
            const style = getComputedStyle(each);
            const laid = /gradient\\((rgba?\\([^)]*\\))/.exec(style.backgroundImage);
            found.push(...(laid ? [laid[1]] : []), style.backgroundColor);
        }
        return found.reverse();
    };
    const luminance = (colours) => {
        paint.fillStyle = '#fff';
        paint.fillRect(0, 0, 1, 1);
        colours.forEach((colour) => { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); });
        const [red, green, blue] = Array.from(paint.getImageData(0, 0, 1, 1).data, (value) => {
            const part = value / 255;
            return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const fading = element.getAnimations().filter((each) => each instanceof CSSTransition);
    Promise.allSettled(fading.map((each) => each.finished)).then(() => {
        const hint = property === 'placeholder';
        const ground = layers(hint || property === 'color' ? element : element.parentElement);
        const front = hint ? getComputedStyle(element, '::placeholder').color
            : getComputedStyle(element)[property];
        const both = [luminance(ground), luminance([...ground, front])].sort((a, b) => b - a);
        done((both[0] + 0.05) / (both[1] + 0.05));
    });
"""


def contrast(person: Person, css: str, of: str = "color") -> float:
    """Return the contrast of an element's text, or of another colour of it, with its ground."""
    return float(person.driver.execute_async_script(_MEASURE, css, of))


def put_into_state(person: Person, css: str, states: Sequence[str]) -> None:
    """Show an element as if it were pointed at (hover), pressed (active), or had the focus."""
    run = person.driver.execute_cdp_cmd
    run("DOM.enable", {})
    run("CSS.enable", {})
    root = run("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = run("DOM.querySelector", {"nodeId": root, "selector": css})["nodeId"]
    run("CSS.forcePseudoState", {"nodeId": node, "forcedPseudoClasses": list(states)})
