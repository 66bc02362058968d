"""Small forms for the tests of the forms."""

from forms.questionnaire import Questionnaire

CITE = [{"instrument": "office_policy", "article": 0}]


def make(*items, **more):
    return Questionnaire.model_validate(
        {
            "resourceType": "Questionnaire",
            "url": "urn:shenbei:form:t",
            "name": "t",
            "version": "2026.1",
            "status": "draft",
            "title": {"zh-CN": "表", "en": "form"},
            "cite": CITE,
            "item": items,
            **more,
        }
    )


def item(link, kind="string", **more):
    return {"linkId": link, "type": kind, "text": {"zh-CN": link, "en": link}, **more}


def when(question, operator, answer):
    return {"question": question, "operator": operator, "answer": answer}
