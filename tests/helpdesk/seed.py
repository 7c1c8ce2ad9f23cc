"""Fills the test helpdesk: two agents, two queues, tickets of made-up customers."""

import datetime

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402

AGENT, COLLEAGUE = "ana", "ben"
START = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)

TICKETS = [
    (
        "Armchair does not fit",
        "rosa.lindqvist@mail.example",
        [
            (
                "customer",
                "Hello,\n\nthe green armchair came on Monday, but it does not fit through our door.",
            ),
            ("agent", "Hello Ms Lindqvist, I am sorry to hear that. Is it still in its wrapping?"),
            ("note", "Driver confirmed the narrow staircase."),
            (
                "customer",
                "Yes, it is unused. Can I return it, and how many days do I have to send it back?",
            ),
        ],
    ),
    (
        "Forgot my password",
        "tomas.birchwood@mail.example",
        [("customer", "I forgot my password and the reset e-mail does not arrive. What should I do?")],
    ),
    (
        "Where is my parcel <b>now</b>",
        "ines.marlowe@mail.example",
        [
            (
                "customer",
                "This is the third time I write. <img src=x onerror=\"document.title='owned'\"> My parcel is "
                "missing and I want to speak to a manager now!",
            )
        ],
    ),
    (
        "Gift card",
        "oskar.lunde@mail.example",
        [("customer", "How long is a gift card valid?")],
    ),
    (
        "Too big",
        "ines.marlowe@mail.example",
        [("customer", "How much does it cost to have a sofa collected when I return it?")],
    ),
    (
        "Refund",
        "pia.holm@mail.example",
        [("customer", "How long does a refund take to reach my bank account?")],
    ),
    (
        "Mattress",
        "ada.quist@mail.example",
        [("customer", "How many days do I have to return a mattress?")],
    ),
    (
        "Broken door",
        "eline.vos@mail.example",
        [("customer", "The door of my wardrobe came broken. I want to speak to a manager, please.")],
    ),
    (
        "A radio",
        "ivo.brandt@mail.example",
        [("customer", "Which frequency does the lighthouse radio in Westerhaven broadcast on?")],
    ),
]


def seed() -> None:
    agent, _ = [
        get_user_model().objects.create_superuser(name, f"{name}@quillbrook.example", name)
        for name in (AGENT, COLLEAGUE)
    ]
    queue = Queue.objects.create(
        title="Support", slug="SUP", email_address="support@quillbrook.example", allow_email_submission=True
    )
    Queue.objects.create(title="Delivery", slug="DEL")
    for number, (title, email, turns) in enumerate(TICKETS):
        opened = START + datetime.timedelta(hours=number)
        ticket = Ticket.objects.create(
            title=title, queue=queue, submitter_email=email, description=turns[0][1], created=opened
        )
        for place, (role, text) in enumerate(turns[1:], 1):
            FollowUp.objects.create(
                ticket=ticket,
                title="Comment",
                date=opened + datetime.timedelta(minutes=10 * place),
                comment=text,
                public=role != "note",
                user=None if role == "customer" else agent,
                # Without a message id the helpdesk takes a follow-up of nobody for one of its own.
                message_id=f"<{number}.{place}@mail.example>" if role == "customer" else None,
            )


if __name__ == "__main__":
    seed()
