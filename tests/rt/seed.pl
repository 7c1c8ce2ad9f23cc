# Fills the test Request Tracker through its own mail gateway: two agents, tickets of made-up customers.
use strict;
use warnings;
use utf8;
use Encode qw(encode);
use MIME::Entity;
use RT -init;
use RT::Interface::Email;

my $system = RT->SystemUser;

sub agent {
    my ( $name, %settings ) = @_;
    my $agent = RT::User->new($system);
    my ( $made, $why ) = $agent->Create(
        Name         => $name,
        Password     => "$name-password",
        EmailAddress => "$name\@quillbrook.example",
        Privileged   => 1,
        Signature    => $settings{signature},
    );
    die $why unless $made;
    my ( $granted, $refused ) = $agent->PrincipalObj->GrantRight( Right => 'SuperUser', Object => RT->System );
    die $refused unless $granted;
    $agent->SetPreferences( RT->System, { MessageBoxRichText => 0, OldestTransactionsFirst => 0 } ) if $settings{plain};
    return RT::CurrentUser->new($agent);
}

my $everyone = RT::Group->new($system);
$everyone->LoadSystemInternalGroup('Everyone');
$everyone->PrincipalObj->GrantRight( Right => $_, Object => RT->System ) for qw(CreateTicket ReplyToTicket);

my $ana = agent( 'ana', signature => "Ana Ruiz\nQuillbrook support" );
agent( 'ben', signature => "Ben Okafor\nQuillbrook support", plain => 1 );

my $sent = 0;

sub mail {
    my ( $from, $subject, @parts ) = @_;
    $sent += 1;
    my $mail = MIME::Entity->build(
        From         => $from,
        To           => 'support@quillbrook.example',
        Subject      => $subject,
        'Message-ID' => "<$sent\@mail.example>",
        Date         => sprintf( 'Fri, 20 Nov 2026 09:%02d:00 +0000', $sent ),
        Type         => 'multipart/mixed',
    );
    $mail->attach(%$_) for @parts;
    my ( $status, $why, $ticket )
        = RT::Interface::Email::Gateway( { queue => 'General', action => 'correspond', message => $mail->as_string } );
    die $why unless $status == 1;
    return $ticket;
}

sub plain { return { Type => 'text/plain', Charset => 'UTF-8', Encoding => '8bit', Data => encode( 'UTF-8', shift ) } }
sub html { return { Type => 'text/html', Charset => 'UTF-8', Encoding => '8bit', Data => encode( 'UTF-8', shift ) } }

sub picture {
    my $name = shift;
    my $data = pack 'H*', '89504e470d0a1a0a0000000d4948445200000001000000010806000000'
        . '1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082';
    return { Type => 'image/png', Encoding => 'base64', Filename => $name, Disposition => 'attachment', Data => $data };
}

sub write_in {
    my ( $ticket, $kind, $text ) = @_;
    my $opened = RT::Ticket->new($ana);
    $opened->Load( $ticket->id );
    my $entity = MIME::Entity->build( Type => 'text/plain', Charset => 'UTF-8', Data => encode( 'UTF-8', $text ) );
    my ( $made, $why ) = $opened->$kind( MIMEObj => $entity );
    die $why unless $made;
}

my $rosa = 'Rosa Lindqvist <rosa.lindqvist@mail.example>';
my $chair = mail( $rosa, 'Armchair does not fit',
    plain("Hello,\n\nthe green armchair came on Monday.\nIt does not fit through our door.\n\nRosa") );
write_in( $chair, 'Correspond', "Hello Ms Lindqvist,\n\nI am sorry to hear that. Is it still in its wrapping?" );
write_in( $chair, 'Comment', 'Driver confirmed the narrow staircase.' );
mail( $rosa, "Re: [quillbrook #" . $chair->id . "] Armchair does not fit",
    plain("Yes, it is unused. Can I return it, and how many days do I have to send it back?\n\n"
        . "On Friday, Ana wrote:\n> Hello Ms Lindqvist,\n> Is it still in its wrapping?\n") );

mail( 'Ines Marlowe <ines.marlowe@mail.example>', 'Where is my <b>refund</b>',
    html('<html><body><div style="display:none">View this mail in your browser</div>'
        . '<p>How long does a refund take<br>to reach my bank account?</p>'
        . '<p>Ines &lt;img src=x onerror="document.title=1"&gt;</p>'
        . '<div>On Thursday, Quillbrook wrote:</div>'
        . '<blockquote type="cite"><p>Your return arrived.</p><p>We pay it back soon.</p></blockquote></body></html>') );

mail( 'Tomas Birchwood <tomas.birchwood@mail.example>', 'See the picture', picture('crack in the table.png') );

# One for each test that writes a reply.
my @asked = (
    [ 'Gift card',     'Oskar Lunde <oskar.lunde@mail.example>', 'How long is a gift card valid?' ],
    [ 'Too big',       'Pia Holm <pia.holm@mail.example>', 'How much does it cost to have a sofa collected when I return it?' ],
    [ 'Refund',        'Jon Aske <jon.aske@mail.example>', 'How long does a refund take to reach my bank account?' ],
    [ 'A present',     'Mara Voss <mara.voss@mail.example>', 'How long is a gift card valid?' ],
    [ 'A scratch',     'Ada Quist <ada.quist@mail.example>', 'My table came scratched. I want to speak to a manager, please.' ],
    [ 'My money',      'Pim Oster <pim.oster@mail.example>', 'How long does a refund take to reach my bank account?' ],
);
for (@asked) {
    my ( $subject, $from, $question ) = @$_;
    mail( $from, $subject, plain($question) );
}
