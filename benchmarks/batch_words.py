"""The words that made-up reports are made of: two tongues with nothing in common, one to fit on and one to measure on.

Data only; `batch_stream` makes reports of it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """What people of one trade say.

    Each of `things` has several names, each of `troubles` is said in several ways; `{0}` is the thing. `openings` and
    `chatter` say nothing about the problem; `chores` are titles that come again and again. `{name}` is a person.
    `headings` are those of a form that one project's reports are written in.
    """

    things: tuple[tuple[str, ...], ...]
    troubles: tuple[tuple[str, ...], ...]
    places: tuple[str, ...]
    openings: tuple[str, ...]
    chatter: tuple[str, ...]
    chores: tuple[str, ...]
    headings: tuple[str, ...]
    names: tuple[str, ...]


def _rows(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


SHOP = Tongue(
    things=_rows("""
        gift card | voucher card | present card
        loyalty points | bonus points | reward points
        delivery slot | delivery window | time of delivery
        order history | list of my orders | past orders
        product search | search box | search page
        shopping basket | cart | basket
        newsletter mail | weekly newsletter
        address book | saved addresses | my addresses
        refund | money back | repayment
        size table | size guide
        wish list | list of wishes
        return label | label for the parcel
        coupon code | discount code | promo code
        product photo | picture of the article
        currency switch | change of currency
        pickup locker | parcel locker
        chat with support | support chat
        login by fingerprint | fingerprint login
        invoice download | pdf invoice | bill as pdf
        price alarm | alert for prices
    """),
    troubles=_rows("""
        {0} is empty | {0} shows 0.00 | nothing left on {0} | {0} lost its value | {0} has balance zero
        {0} is slow | {0} takes minutes | {0} does not finish loading | wait for ever for {0} | {0} hangs
        {0} is refused | {0} not accepted | {0} rejected | shop does not take {0}
        {0} disappeared | {0} is gone | cannot find {0} any longer | {0} missing
        {0} came twice | {0} doubled | two of {0} instead of one | {0} is charged again
        {0} crashes the app | app closes at {0} | {0} ends in a white page | crash when opening {0}
        {0} in a foreign language | {0} is in Dutch | wrong language for {0}
        {0} belongs to somebody else | see a stranger's {0} | {0} of another customer
        {0} cannot be changed | saving {0} fails | changes of {0} are lost | {0} does not save
        {0} is out of date | {0} shows yesterday's state | old data in {0} | {0} not refreshed
    """),
    places=_lines("""
        in the app
        in the web shop
        at the checkout
        on the kiosk
        on an older tablet
        in the account page
        after signing in
    """),
    openings=_lines("""
        Customer {name} on the phone.
        Mail from {name}:
        {name} writes to us that it happens since this morning.
        Third call about it today, this time {name}.
        Reported in the store by {name}, who was angry.
        {name} came by and showed it on the mobile.
        Ticket taken over from the hotline, caller {name}.
    """),
    chatter=_lines("""
        We asked for a screenshot and wait for it.
        The customer would like to be called back before the weekend.
        Nothing was changed on the account lately.
        It worked last week without any difficulty.
        Tried with another browser, no difference.
        She bought the article for her nephew's birthday.
        Please tell us what we may answer.
        He has been a customer since many years and threatens to leave.
        Internet connection and device seem fine.
        Logging out and in again was tried as well.
    """),
    chores=_lines("""
        New colleague needs access to the back office
        Change of bank details for a supplier
        Article description has a spelling mistake
        Please order toner for the printer in the office
        Export of sales figures wanted
    """),
    headings=_lines("""
        Which shop is concerned
        Whom did you speak to
        What has the customer tried already
        How urgent is it in your opinion
        Which promise was given to the customer
    """),
    names=(
        "Hansen",
        "Olsen",
        "Brandt",
        "Petrov",
        "Sato",
        "Meyer",
        "Novak",
        "Lindgren",
        "Rossi",
        "Dubois",
        "Kowalski",
        "Svensson",
        "Moreau",
    ),
)

TOWN = Tongue(
    things=_rows("""
        parking permit | resident's permit | permit for parking
        lab result | blood values | findings from the laboratory
        meter reading | counter reading | value of the meter
        appointment reminder | text message reminder
        badge reader | card reader at the door | door terminal
        payroll slip | pay statement | salary slip
        room booking | meeting room reservation | booked room
        heating control | thermostat | regulation of the heating
        library account | reader's account | borrower account
        video consultation | online consultation | consultation by video
        birth certificate form | form for the certificate
        water bill | water charges | annual water statement
        shift plan | duty roster | roster
        bus tracker | live bus times | departure monitor
        prescription printer | printer for prescriptions
        vpn tunnel | remote access | home office dial-in
        school meal order | lunch order of pupils
        swimming course registration | enrolment for the swimming course
        waste calendar | dates of waste collection
        patient file | electronic record | record of the patient
    """),
    troubles=_rows("""
        {0} unreachable | no connection to {0} | {0} offline | {0} down | {0} does not answer
        {0} prints garbage | strange signs on {0} | {0} illegible | unreadable characters, {0}
        {0} wrong by a factor of ten | amounts of {0} far too high | {0} ten times as much | figures of {0} absurd
        {0} asks for the password again and again | endless sign-in at {0} | {0} throws me out | {0} logs out constantly
        {0} shifted by one hour | times of {0} off by an hour | {0} an hour late | clock of {0} is wrong
        {0} freezes | {0} stands still | screen of {0} frozen | have to restart because of {0}
        {0} never arrived | still waiting for {0} | did not receive {0} | {0} not delivered
        {0} for the wrong person | {0} mixed up with a neighbour | somebody else's {0} | name on {0} is not mine
        {0} cannot be submitted | send button of {0} does nothing | {0} not going through | {0} stuck at the last step
        {0} reports an unknown error | error number at {0} | {0} says something went wrong | failure message at {0}
    """),
    places=_lines("""
        at the town hall
        on ward three
        in the southern depot
        in the citizens' portal
        at the branch library
        from the tablets
        in the new building
    """),
    openings=_lines("""
        Called by {name} from the reception.
        {name} stopped me in the corridor about this.
        Citizen {name} complained at the counter.
        Message left on the answering machine by {name}.
        Nurse {name} asks for help.
        On behalf of {name}, who has no account here.
        Entered for {name} by the service point.
    """),
    chatter=_lines("""
        Cables and plugs were looked at.
        There is a workaround on paper for today.
        Please do not contact the citizen before noon.
        Monday was a public holiday, nobody was here.
        A photo is attached, as far as it can be recognised.
        The device was replaced half a year ago.
        My supervisor wants to know how long it takes.
        Happens to me for the first time.
        Colleagues in the next room were not asked.
        It is not urgent but annoying.
    """),
    chores=_lines("""
        Set up a mailbox for a trainee
        Key for the archive was lost
        Move of a desk to the second floor
        Licence for drawing software is needed
        Telephone number has to be transferred
    """),
    headings=_lines("""
        Department and cost centre
        Inventory label of the device
        Who may be asked in your absence
        Effect on citizens or patients
        Wished date of completion
    """),
    names=(
        "Aydin",
        "Bauer",
        "Costa",
        "Dvorak",
        "Eriksen",
        "Ferrari",
        "Gruber",
        "Horvat",
        "Ivanova",
        "Jansen",
        "Keller",
        "Larsen",
        "Mendes",
    ),
)

TONGUES = {"shop": SHOP, "town": TOWN}
