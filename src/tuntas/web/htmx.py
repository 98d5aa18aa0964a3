"""How htmx behaves on officers' pages, as the content of a meta element."""

import json

CONFIG = json.dumps(
    {
        # What the content security policy would block anyway.
        "includeIndicatorStyles": False,
        "allowEval": False,
        # Styles stand in style sheets: even an empty attribute of one is against the policy.
        "attributesToSettle": ["class", "width", "height"],
        # What arrives works at once: a form that is sent within the usual 20 ms would load a whole page.
        "defaultSettleDelay": 0,
        # Attributes stand on the element they are about.
        "disableInheritance": True,
        # Pages about people are not copied into the browser's storage.
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        # A refusal or a form with errors is an answer to show, not a failure.
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "(4(03|04|09|13|22|29))", "swap": True, "error": False},
            {"code": "[45]..", "swap": False, "error": True},
        ],
    }
)
